"""The lesson's app over a SQLite file, or a database by its URL. `app.py <file> <command>` does one thing and prints JSON:

facts   what the database says about its `user` table, after create_all()
read    every user, as the model loads it
log-in  Flask-Login logs the user with the id in stdin in and says who is there
change  inserts, updates and deletes as stdin says
visit   posts each [username, password] in stdin to the log-in view, and says who is there on the next page
hash    makes a hash of each password in stdin with argon2-cffi, at the cost that is given
"""

import json
import sys
from datetime import datetime

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHash, VerificationError
from flask import Flask, abort, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

path, command = sys.argv[1:]
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = path if "://" in path else "sqlite:///" + path
app.config["SECRET_KEY"] = "for this test only"
db = SQLAlchemy(app)
login_manager = LoginManager(app)


class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(64), index=True, unique=True)
    email = db.Column(db.String(120), index=True, unique=True)
    password_hash = db.Column(db.String(128))
    joined_at = db.Column(db.DateTime(), index=True, default=datetime.utcnow)

    def __repr__(self):
        return "<User {}>".format(self.username)


@login_manager.user_loader
def load_user(user_id):
    return User.query.get(int(user_id))


@app.route("/login", methods=["POST"])
def login():
    user = User.query.filter_by(username=request.form["username"]).first()
    try:
        PasswordHasher().verify(user.password_hash if user else "", request.form["password"])
    except (InvalidHash, VerificationError):
        abort(401)
    login_user(user)
    return redirect(url_for("home"))


@app.route("/")
@login_required
def home():
    return current_user.username


def told(user):
    joined_at = user.joined_at and user.joined_at.isoformat(sep=" ", timespec="microseconds")
    return [user.id, user.username, user.email, user.password_hash, joined_at]


def facts():
    def rows(pragma):
        return [list(row) for row in db.session.execute(text(pragma))]

    indexes = sorted(row[1:] for row in rows("PRAGMA index_list('user')"))
    return {
        "table_info": rows("PRAGMA table_info('user')"),
        "index_list": indexes,
        "index_info": {index[0]: rows(f"PRAGMA index_info('{index[0]}')") for index in indexes},
        "sql": rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'user'"),
    }


def change(wanted):
    for row in wanted.get("insert", []):
        if "joined_at" in row:
            row["joined_at"] = datetime.fromisoformat(row["joined_at"])
        db.session.add(User(**row))
    for user_id, values in wanted.get("update", {}).items():
        user = User.query.get(int(user_id))
        for name, value in values.items():
            setattr(user, name, value)
    for user_id in wanted.get("delete", []):
        db.session.delete(User.query.get(user_id))
    db.session.commit()
    return [told(user) for user in User.query.order_by(User.id)]


def log_in(user_id):
    with app.test_request_context():
        login_user(User.query.get(user_id))
        return [current_user.get_id(), current_user.username, current_user.is_authenticated]


def visit(username, password):
    with app.test_client() as client:
        posted = client.post("/login", data={"username": username, "password": password})
        home = client.get("/")
        return [posted.status_code, home.get_data(as_text=True) if home.status_code == 200 else None]


def hash_all(wanted):
    hasher = PasswordHasher(type=Type[wanted.pop("type")], **wanted.pop("cost"))
    return [hasher.hash(password) for password in wanted["passwords"]]


with app.app_context():
    db.create_all()
    if command == "facts":
        answer = facts()
    elif command == "read":
        answer = [told(user) for user in User.query.order_by(User.id)]
    elif command == "log-in":
        answer = log_in(json.load(sys.stdin))
    elif command == "change":
        answer = change(json.load(sys.stdin))
    elif command == "hash":
        answer = hash_all(json.load(sys.stdin))
if command == "visit":
    # Without the context above: each request has its own.
    answer = [visit(*form) for form in json.load(sys.stdin)]
json.dump(answer, sys.stdout)
